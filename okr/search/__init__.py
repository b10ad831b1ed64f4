"""Search: texts as they are compared (text), words looked for in many (lexicon), what there is to find (gather, entries),
and an organization's index of it (index)."""
