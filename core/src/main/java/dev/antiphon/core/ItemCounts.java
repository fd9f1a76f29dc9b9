package dev.antiphon.core;

/** Counts of one lane of items. Guarded by the conversation's lock. */
final class ItemCounts {
    long offered;
    long accepted;
    long refused;
    long acknowledged;
    long rejected;
    long notSent;
    long unknown;

    void count(Outcome outcome) {
        if (outcome instanceof Outcome.Acknowledged) {
            acknowledged++;
        } else if (outcome instanceof Outcome.Rejected) {
            rejected++;
        } else if (outcome instanceof Outcome.NotSent) {
            notSent++;
        } else {
            unknown++;
        }
    }

    ConversationSummary.Items summary(int queued) {
        return new ConversationSummary.Items(
                offered, accepted, refused, acknowledged, rejected, notSent, unknown, queued);
    }
}
