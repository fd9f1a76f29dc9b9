package dev.antiphon.transport.webrtc;

/**
 * All limits and choices of a sideband transport.
 *
 * @param call how calls are created
 * @param join how their control sockets are joined
 * @param end what becomes of a call at the end
 * @param guard how the endpoint is spared
 */
public record SidebandSettings(CallSettings call, JoinSettings join, EndSettings end, GuardSettings guard) {
    /** The defaults of each part. */
    public static final SidebandSettings DEFAULT = new SidebandSettings(
            CallSettings.DEFAULT, JoinSettings.DEFAULT, EndSettings.DEFAULT, GuardSettings.DEFAULT);

    public SidebandSettings withCall(CallSettings settings) {
        return new SidebandSettings(settings, join, end, guard);
    }

    public SidebandSettings withJoin(JoinSettings settings) {
        return new SidebandSettings(call, settings, end, guard);
    }

    public SidebandSettings withEnd(EndSettings settings) {
        return new SidebandSettings(call, join, settings, guard);
    }

    public SidebandSettings withGuard(GuardSettings settings) {
        return new SidebandSettings(call, join, end, settings);
    }
}
