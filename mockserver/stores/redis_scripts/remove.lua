-- Delete a sandbox with its journal, whatever became of it. Answers 1 where it was there.
local was_there = call('EXISTS', sandbox)
remove(name)
return was_there
