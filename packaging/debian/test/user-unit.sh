# Run as the person, in a session that a service manager of systemd's can be started in.
fails() { ! "$@"; }
/usr/lib/systemd/systemd --user --log-target=console --log-level=warning &
for _ in {1..100}; do
    if systemctl --user is-system-running >/dev/null 2>&1; then break; fi
    sleep 0.1
done
systemctl --user is-system-running

own=$HOME/.config/systemd/user/bcperd.service
bcper-cli daemon install | grep -F /usr/lib/systemd/user/bcperd.service
[[ ! -e $own ]]
systemctl --user is-active bcperd
bcper-cli daemon status
bcper-cli job run nightly
bcper-cli daemon uninstall
fails systemctl --user is-active bcperd
fails systemctl --user is-enabled bcperd

# By hand, with nothing of BCPER's: the same.
systemctl --user enable --now bcperd
bcper-cli daemon status
bcper-cli daemon install | grep -F /usr/lib/systemd/user/bcperd.service

# Other settings take a unit of the person's, in the place of the package's; one daemon runs.
bcper-cli --config-dir "$HOME/others" daemon install | grep -F "$own"
systemctl --user restart bcperd
bcper-cli --config-dir "$HOME/others" daemon status
fails bcper-cli daemon status
bcper-cli --config-dir "$HOME/others" daemon uninstall
[[ ! -e $own ]]
fails systemctl --user is-active bcperd

# A daemon that was killed is started again.
bcper-cli daemon install
first=$(systemctl --user show -P MainPID bcperd)
kill -KILL "$first"
for _ in {1..300}; do
    second=$(systemctl --user show -P MainPID bcperd)
    [[ $second == 0 || $second == "$first" ]] || break
    sleep 0.1
done
[[ $second != 0 && $second != "$first" ]]
bcper-cli daemon uninstall
systemctl --user exit || :
wait
