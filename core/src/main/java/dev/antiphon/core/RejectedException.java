package dev.antiphon.core;

import dev.antiphon.core.model.ErrorDetail;

/** The server refused one request of ours. The conversation goes on. */
public class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    RejectedException(ErrorDetail error) {
        super("the server refused the request: " + (error.code().isEmpty() ? error.type() : error.code()));
        this.code = error.code();
    }

    /** The server's error code; may be empty. */
    public String code() {
        return code;
    }
}
