"""`python -m mediaweb` is the `mediaweb` command."""

from mediaweb.cli import main

main()
