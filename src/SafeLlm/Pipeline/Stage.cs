namespace SafeLlm.Pipeline;

/// <summary>One step of the pipeline. It does its part and hands the call to <see cref="Next"/>.</summary>
internal abstract class Stage
{
    /// <summary>The step inside this one; set once, when the pipeline is put together.</summary>
    public Stage Next
    {
        get => field ?? throw new InvalidOperationException($"Nothing follows {GetType().Name}.");
        set;
    }

    /// <summary>Runs the call from this step inwards.</summary>
    public abstract ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken);
}
