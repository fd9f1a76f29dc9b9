package dev.antiphon.core;

import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Fault;
import java.util.Optional;
import java.util.Set;

/**
 * Which server errors end a conversation. Most errors of the protocol are about one client event and
 * leave the session usable; those are reported and the conversation goes on.
 */
@FunctionalInterface
public interface ErrorPolicy {
    /** The fault to end with; empty lets the conversation go on. Called on an event loop: must not block. */
    Optional<Fault> endsWith(ErrorDetail error);

    /**
     * Ends on what no later event of this session can survive:
     *
     * <table>
     * <caption>Error codes that end a conversation</caption>
     * <tr><th>code</th><th>fault</th></tr>
     * <tr><td>session_expired</td><td>{@link Fault#SESSION_EXPIRED}</td></tr>
     * <tr><td>invalid_api_key, beta_api_shape_disabled, insufficient_quota, billing_hard_limit_reached,
     * billing_not_active, account_deactivated, access_terminated, organization_deactivated</td>
     * <td>{@link Fault#SESSION_REFUSED}</td></tr>
     * </table>
     */
    static ErrorPolicy standard() {
        Set<String> refused = Set.of(
                "invalid_api_key",
                "beta_api_shape_disabled",
                "insufficient_quota",
                "billing_hard_limit_reached",
                "billing_not_active",
                "account_deactivated",
                "access_terminated",
                "organization_deactivated");
        return error -> {
            if (error.code().equals("session_expired")) {
                return Optional.of(Fault.SESSION_EXPIRED);
            }
            return refused.contains(error.code()) ? Optional.of(Fault.SESSION_REFUSED) : Optional.empty();
        };
    }
}
