using SafeLlm.Pipeline;

namespace SafeLlm.Retries;

/// <summary>
/// Notices that the SDK above retries by itself: each of its attempts is a call of ours, with retries of its own. Anthropic's
/// and its kin number their attempts; OpenAI's and Azure's do not, and are known by the same request coming again after it failed.
/// </summary>
internal sealed class StackedRetries(ClientRuntime runtime)
{
    private const int Most = 64;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Queue<(int Request, DateTimeOffset At)> failed = new(Most);
    private volatile bool hasFailed;

    /// <summary>Looks at a call that begins.</summary>
    public void Look(Call call)
    {
        var headers = call.Request.Headers.NonValidated;
        if (headers.TryGetValues("x-stainless-retry-count", out var count) && count.ToString() is not "0")
        {
            Tell("The SDK above (it sends x-stainless-retry-count)", "MaxRetries = 0 in its options");
        }
        else if (hasFailed && IsClientModel(call.Request) && WasJustRefused(call))
        {
            Tell("The OpenAI or Azure SDK above (System.ClientModel)", "RetryPolicy = new ClientRetryPolicy(0) in its options");
        }
    }

    /// <summary>Notes that a call ended so that an SDK would try it again.</summary>
    public void NoteFailure(Call call)
    {
        if (!IsClientModel(call.Request)) return;
        lock (gate)
        {
            if (failed.Count == Most) failed.Dequeue();
            failed.Enqueue((Print(call), runtime.Time.GetUtcNow()));
        }

        hasFailed = true;
    }

    private bool WasJustRefused(Call call)
    {
        var print = Print(call);
        var since = runtime.Time.GetUtcNow() - Remembered;
        lock (gate) return failed.Any(entry => entry.Request == print && entry.At > since);
    }

    private void Tell(string who, string how)
    {
        if (runtime.IsFirst("stacked retries")) Log.StackedRetries(runtime.Logger, who, how);
    }

    // "OpenAI/2.15.0 (.NET 10.0.0; …)" and "azsdk-net-AI.OpenAI/2.1.0 (…)", behind the application's own name where it gave one
    private static bool IsClientModel(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues("User-Agent", out var agent) && agent.ToString() is var name
        && (name.Contains("OpenAI/", StringComparison.Ordinal) || name.Contains("azsdk-net-", StringComparison.Ordinal));

    private static int Print(Call call)
    {
        var hash = default(HashCode);
        hash.AddBytes(call.Received.Span);
        hash.Add(call.Target.Path, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
