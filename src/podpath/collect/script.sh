#!/bin/sh
# Prints the network state of a node, for podpath to read:
#
#     sh collect.sh > node1.txt          as root, on the node
#     podpath check node1.txt            anywhere
#
# It needs iproute2, or busybox; it changes nothing, and loads no kernel module: what is not there is not asked.
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH

have() { command -v "$1" >/dev/null 2>&1; }

# say COMMAND: run a command in the namespace at hand, below a line that says what it is.
say() {
    printf '# %s%s\n' "$inside" "$1"
    eval "$inside$1" 2>&1
}

# loaded MODULE: the module is loaded or part of the kernel, so that asking it loads nothing.
loaded() {
    [ ! -e /proc/modules ] && return 0
    grep -q "^$1 " /proc/modules && return 0
    grep -q "/$1\.ko" "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null
}

if ip -V 2>/dev/null | grep -q iproute2; then iproute2=yes; else iproute2=; fi

tables() {
    if [ -n "$iproute2" ]; then
        say 'ip -d -s -s address show'
        say 'ip -d -4 route show table all'
        say 'ip -d -6 route show table all'
        say 'ip -4 rule show'
        say 'ip -6 rule show'
        say 'ip neigh show nud all'
        say 'ip neigh show proxy'
        say 'ip -d nexthop show'
        say 'ip netns list-id'
    else
        say 'ip address show'
        say 'ip route show table all'
        say 'ip -6 route show table all'
        say 'ip rule show'
        say 'ip -6 rule show'
        say 'ip neigh show'
        say 'cat /proc/net/dev'
    fi
    if have bridge; then
        say 'bridge fdb show'
        say 'bridge vlan show'
    fi
    if have brctl && ! have bridge; then say 'brctl show'; fi
    if have tc; then say 'tc qdisc show'; fi
    if have ss && loaded tcp_diag && loaded udp_diag; then
        say 'ss -tlnp'
        say 'ss -uanp'
    elif have netstat; then
        say 'netstat -tulnp'
    fi
    sysctls
    say 'cat /proc/net/snmp /proc/net/netstat /proc/net/snmp6'
    if loaded nf_tables && have nft; then
        say 'nft -j list ruleset'
        if [ -n "$(nft list tables netdev 2>/dev/null)" ]; then say 'nft list ruleset netdev'; fi
    fi
    if [ -s /proc/net/ip_tables_names ] && have iptables-legacy-save; then say 'iptables-legacy-save -c'; fi
    if [ -s /proc/net/ip6_tables_names ] && have ip6tables-legacy-save; then say 'ip6tables-legacy-save -c'; fi
    if [ -s /proc/net/arp_tables_names ] && have arptables-legacy; then say 'arptables-legacy -n -v -L'; fi
    if loaded ip_set && have ipset; then say 'ipset save'; fi
    if [ -e /proc/net/xt_recent ]; then recent; fi
    if [ -r /proc/net/ip_vs ]; then say 'cat /proc/net/ip_vs'; fi
}

# /proc/sys follows the namespace of who reads it, so grep itself must be inside.
sysctls() {
    for family in ipv4 ipv6; do
        printf '# %sgrep -s . /proc/sys/net/%s/conf/*/*\n' "$inside" "$family"
        eval "${inside}sh -c 'grep -s . /proc/sys/net/$family/conf/*/* </dev/null'"
    done
    say 'grep -s . /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ip_default_ttl /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/ip_local_reserved_ports /proc/sys/net/ipv4/ip_nonlocal_bind'
    if [ -e /proc/sys/net/bridge ]; then say "sh -c 'grep -s . /proc/sys/net/bridge/*'"; fi
    if [ -e /proc/sys/net/netfilter/nf_conntrack_count ]; then
        say 'grep -s . /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max'
    fi
}

# recent: what rules with -m recent have seen; mostly there is no list.
recent() {
    printf '# %stail -v -n +1 /proc/net/xt_recent/*\n' "$inside"
    eval "${inside}sh -c 'tail -v -n +1 /proc/net/xt_recent/* 2>/dev/null'"
}

# containers: what docker says, without the environment and other places of secrets.
containers() {
    have docker || return 0
    ids=$(docker ps -q --no-trunc 2>/dev/null) || return 0
    [ -n "$ids" ] || return 0
    printf '# docker inspect\n['
    separator=
    for id in $ids; do
        printf '%s' "$separator"
        docker inspect --format '{"Id":{{json .Id}},"Name":{{json .Name}},"Config":{"Image":{{json .Config.Image}}},"State":{"Status":{{json .State.Status}},"Pid":{{json .State.Pid}}},"HostConfig":{"NetworkMode":{{json .HostConfig.NetworkMode}}},"NetworkSettings":{{json .NetworkSettings}}}' "$id"
        separator=,
    done
    printf ']\n'
}

printf '### node %s\n' "$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)"
inside=
say 'uname -a'
if [ -r /etc/machine-id ]; then say 'cat /etc/machine-id'; fi
containers
tables
say 'grep -s . /proc/sys/net/ipv4/neigh/default/gc_thresh1 /proc/sys/net/ipv4/neigh/default/gc_thresh2 /proc/sys/net/ipv4/neigh/default/gc_thresh3'
if [ -r /etc/resolv.conf ]; then say 'cat /etc/resolv.conf'; fi
if [ -r /run/flannel/subnet.env ]; then say 'cat /run/flannel/subnet.env'; fi
for file in /etc/cni/net.d/*.conflist /etc/cni/net.d/*.conf; do
    if [ -r "$file" ]; then say "cat $file"; fi
done

# The other namespaces: those with a name, then those of processes, each once.
have nsenter || exit 0
seen=" $(readlink /proc/self/ns/net) "
for path in /run/netns/* /var/run/netns/*; do
    [ -e "$path" ] || continue
    number="net:[$(stat -L -c %i "$path" 2>/dev/null)]"
    case $seen in *" $number "*) continue ;; esac
    seen="$seen$number "
    inside="nsenter --net=$path "
    if [ -n "$iproute2" ]; then inside="ip netns exec ${path##*/} "; fi
    tables
done
for process in /proc/[0-9]*; do
    number=$(readlink "$process/ns/net" 2>/dev/null) || continue
    case $seen in *" $number "*) continue ;; esac
    seen="$seen$number "
    inside="nsenter -t ${process#/proc/} -n "
    tables
done
