"""The demo: a believable French retailer's digital department, and a second organization that proves the separation.

What is said lives in content modules (plain data, French as the customer would write it); how it becomes rows lives in
`loader` and the modules it calls. Nothing here depends on when it runs: see `calendar`.
"""
