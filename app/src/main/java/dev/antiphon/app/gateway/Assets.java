package dev.antiphon.app.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The page and what it is made of: a fixed set of files, read once. Immutable. */
final class Assets {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");
    private static final String[] FILES = {
        "index.html",
        "style.css",
        "favicon.svg",
        "app.js",
        "call.js",
        "events.js",
        "levels.js",
        "timeline.js",
        "transcript.js"
    };

    /** One file. */
    static final class Asset {
        private final String type;
        private final byte[] bytes;

        private Asset(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        String type() {
            return type;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private final Map<String, Asset> byPath = new HashMap<>();

    Assets() {
        for (String file : FILES) {
            String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
            byPath.put("/" + file, new Asset(type == null ? "application/octet-stream" : type, read(file)));
        }
        byPath.put("/", byPath.get("/index.html"));
    }

    Optional<Asset> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static byte[] read(String file) {
        try (InputStream in = Assets.class.getResourceAsStream("page/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the installation lacks the page's file " + file);
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
