package dev.antiphon.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a file could not be used, in words: the JDK's messages often hold the path alone. */
final class Reasons {
    private Reasons() {}

    /** {@code path: reason}. */
    static String of(IOException fault, Path file) {
        if (fault instanceof NoSuchFileException) {
            return file + ": there is no such file";
        }
        if (fault instanceof AccessDeniedException) {
            return file + ": permission denied";
        }
        if (Files.isDirectory(file)) {
            return file + ": it is a directory";
        }
        String message = fault.getMessage();
        return file + ": " + (message == null ? fault.getClass().getSimpleName() : message);
    }
}
