namespace SafeLlm.Alerts;

/// <summary>Where alerts go: a log, a chat, a pager. Called again with the same alert where it threw, or where the process died before that was noted.</summary>
public interface IAlertSink
{
    /// <summary>Takes one alert. Returns when it is delivered; throws where it is not.</summary>
    ValueTask SendAsync(Alert alert, CancellationToken cancellationToken);
}
