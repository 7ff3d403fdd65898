using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gateway;

/// <summary>Tells load balancers that the gateway is about to stop, and gives them time to notice before it takes no more calls.</summary>
internal sealed class Drain(GatewayOptions options) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool isStopping;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(isStopping ? HealthCheckResult.Unhealthy("The gateway is stopping.") : HealthCheckResult.Healthy("The gateway takes calls."));

    // The server stops after this; until then calls are answered as ever.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        isStopping = true;
        // A host that is out of patience cuts the pause short; that is no failure of stopping.
        await Task.Delay(options.DrainDelay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
