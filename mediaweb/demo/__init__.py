"""A library to look at: pictures, films, sounds and documents, all of them drawn by code."""
