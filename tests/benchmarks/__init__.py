"""Speed and memory, as ratios against a limit measured in the same run. `make bench` runs them."""
