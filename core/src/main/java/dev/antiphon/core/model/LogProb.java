package dev.antiphon.core.model;

import java.util.List;

/**
 * How sure the transcriber was of one token.
 *
 * @param token the token's text
 * @param logprob natural logarithm of its probability
 * @param bytes the token in UTF-8, each 0–255; tokens may split a character
 */
public record LogProb(String token, double logprob, List<Integer> bytes) {
    public LogProb {
        bytes = List.copyOf(bytes);
    }

    /** Leaves token and bytes out. */
    @Override
    public String toString() {
        return "LogProb[" + logprob + "]";
    }
}
