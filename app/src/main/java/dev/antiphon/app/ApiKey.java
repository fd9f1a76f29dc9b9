package dev.antiphon.app;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The API key, from the environment or a file, never from an argument: arguments are visible to
 * every user of the machine.
 *
 * @param value what follows {@code Bearer}; visible ASCII only (RFC 9110 section 5.5)
 */
record ApiKey(String value) {
    static final String VARIABLE = "OPENAI_API_KEY";
    private static final int LONGEST = 8_192;

    ApiKey {
        if (value.isEmpty() || !value.chars().allMatch(character -> character > 0x20 && character < 0x7f)) {
            throw new IllegalArgumentException("an API key is visible ASCII without blanks");
        }
    }

    /** @param file wins over the environment */
    static ApiKey read(Console console, Optional<Path> file) {
        if (file.isPresent()) {
            return checked(withoutLineEnd(readFile(file.get())), "the file " + file.get());
        }
        String value = console.variable(VARIABLE)
                .orElseThrow(() -> Complaint.usage("no API key: set " + VARIABLE
                        + " or give --api-key-file FILE (for a server that needs none, any word will do)"));
        return checked(value, "the environment variable " + VARIABLE);
    }

    private static String readFile(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw Complaint.usage("the API key file " + file + " is larger than " + LONGEST
                        + " bytes: give a file that holds the key and nothing else");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException binary) {
            throw Complaint.usage("the API key file " + file + " is not text: it must hold the key and nothing else");
        } catch (IOException unreadable) {
            throw Complaint.usage("cannot read the API key file " + Reasons.of(unreadable, file));
        }
    }

    private static String withoutLineEnd(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static ApiKey checked(String value, String source) {
        try {
            return new ApiKey(value);
        } catch (IllegalArgumentException illegal) {
            throw Complaint.usage(
                    "the API key in " + source + " cannot be sent in an HTTP header: it must be one word of"
                            + " visible ASCII characters, without blanks or line ends");
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + value.length() + " characters]";
    }
}
