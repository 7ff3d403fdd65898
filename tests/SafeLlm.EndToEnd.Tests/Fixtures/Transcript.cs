using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>
/// Everything that anybody could read of a scene afterwards: logs of both sides at their finest, exceptions, refusals as they
/// went over the wire. It must hold no secret and no prompt.
/// </summary>
internal sealed class Transcript : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<string> lines = new();

    public string Text => string.Join('\n', lines);

    public void Add(string line) => lines.Enqueue(line);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Logger(Transcript transcript, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            transcript.Add($"scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
            transcript.Add($"{logLevel} {category} {eventId}: {formatter(state, exception)} {values} {exception}");
        }
    }
}
