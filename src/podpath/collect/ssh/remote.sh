# What every node runs before the script: read whole before anything of it runs, so that a connection that breaks while it
# travels runs nothing, and no command can eat the rest of it from standard input.
{
(
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
printf '%s begin clock=%s uid=%s boot=%s netns=%s\n' "$mark" "$(date +%s.%N)" "$(id -u)" \
    "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)" "$(readlink /proc/self/ns/net 2>/dev/null)"
if command -v podpath >/dev/null 2>&1 && podpath collect --rows; then exit 0; fi
