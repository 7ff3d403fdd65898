using System.Threading.Channels;
using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Hands on what it is sent.</summary>
internal sealed class ChannelSink : IAlertSink
{
    private readonly Channel<Alert> alerts = Channel.CreateUnbounded<Alert>();

    public async Task<(string Message, string? Scope)> NextAsync()
    {
        var alert = await alerts.Reader.ReadAsync(TestContext.Current.CancellationToken);
        return (alert.Message, alert.Scope);
    }

    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken) => alerts.Writer.WriteAsync(alert, cancellationToken);
}
