namespace SafeLlm.Limits;

/// <summary>A ledger that several processes share, and that can tell one of them that another gave something back.</summary>
public interface IRoomSignal
{
    /// <summary>
    /// Has <paramref name="onRoom"/> called whenever any process settles or releases a hold, for at least <paramref name="lasting"/>
    /// from now; asked again to keep on. A call too many is no error, one too few is found by the next look.
    /// </summary>
    ValueTask ListenAsync(Action onRoom, TimeSpan lasting, CancellationToken cancellationToken);
}
