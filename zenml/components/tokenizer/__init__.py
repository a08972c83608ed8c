"""Tokenizer: learns a vocabulary from a column of text, and turns the text into numbers."""
