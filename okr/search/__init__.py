"""Search: texts as they are compared (text), words that are looked for in many (lexicon), an organization's (index)."""
