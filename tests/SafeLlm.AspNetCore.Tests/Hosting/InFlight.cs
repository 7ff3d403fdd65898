using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Knows when no request is being worked on: a caller has its answer before the server has settled it.</summary>
internal sealed class InFlight
{
    private readonly Lock sync = new();
    private TaskCompletionSource idle = new();
    private int running;

    public InFlight() => idle.SetResult();

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        lock (sync)
        {
            if (running++ == 0) idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await next(context);
        }
        finally
        {
            lock (sync)
            {
                if (--running == 0) idle.SetResult();
            }
        }
    }

    public Task IdleAsync()
    {
        lock (sync) return idle.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
