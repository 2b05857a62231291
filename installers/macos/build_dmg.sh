#!/bin/sh
# A disk image from dist/Suixing.app, after python3 make.py freeze on macOS 12 or later.
# NOT RUN YET: written for macOS, and so far read, not executed.
#
#   installers/macos/build_dmg.sh                              unsigned, for trying
#   SIGN_IDENTITY="Developer ID Application: …" NOTARY_PROFILE=name installers/macos/build_dmg.sh
#
# NOTARY_PROFILE is what `xcrun notarytool store-credentials` saved; no password is ever typed here.
# IT installs silently:  hdiutil attach -nobrowse -quiet X.dmg && cp -R /Volumes/Suixing/Suixing.app /Applications/
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
app="$root/dist/Suixing.app"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml")
image="$root/dist/Suixing-$version-$(uname -m).dmg"
[ -d "$app" ] || { echo "dist/Suixing.app is missing: run make.py freeze first" >&2; exit 1; }

if [ -n "${SIGN_IDENTITY:-}" ]; then
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -exec \
        codesign --force --timestamp --options runtime --sign "$SIGN_IDENTITY" {} +
    codesign --force --timestamp --options runtime --sign "$SIGN_IDENTITY" \
        --entitlements "$root/installers/macos/entitlements.plist" "$app/Contents/MacOS/suixing-server"
    codesign --force --timestamp --options runtime --sign "$SIGN_IDENTITY" \
        --entitlements "$root/installers/macos/entitlements.plist" "$app"
    codesign --verify --deep --strict "$app"
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
cp "$root/LICENSE" "$root/NOTICE" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -quiet -ov -volname Suixing -fs HFS+ -format UDZO -srcfolder "$stage" "$image"

if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait --timeout 30m
    xcrun stapler staple "$image"
fi
echo "$image"
