using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A sink that keeps what it is sent.</summary>
internal sealed class ListedAlerts : IAlertSink
{
    private readonly List<Alert> listed = [];

    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        lock (listed) listed.Add(alert);
        return ValueTask.CompletedTask;
    }

    /// <summary>What came since it was last asked.</summary>
    public IReadOnlyList<Alert> Take()
    {
        lock (listed)
        {
            Alert[] taken = [.. listed];
            listed.Clear();
            return taken;
        }
    }
}
