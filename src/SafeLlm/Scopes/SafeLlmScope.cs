using SafeLlm.Limits;

namespace SafeLlm;

/// <summary>
/// Limits for everything that runs inside a stretch of code: an agent's run, a user's request. It flows through async calls
/// and nests: a call is charged to the limits of every scope around it, so a child spends from its parents too.
/// </summary>
public sealed class SafeLlmScope : IDisposable
{
    private static readonly AsyncLocal<SafeLlmScope?> Ambient = new();

    private readonly SafeLlmScope? parent;
    private readonly Limit[] all;

    private SafeLlmScope(string name, Limit[] own, SafeLlmScope? parent)
    {
        Name = name;
        this.parent = parent;
        all = parent is null ? own : [.. parent.all, .. own];
    }

    /// <summary>The innermost scope around this code; null where there is none.</summary>
    public static SafeLlmScope? Current => Ambient.Value;

    /// <summary>The scope's name, e.g. <c>run:42</c>.</summary>
    public string Name { get; }

    /// <summary>Every limit that a call inside is charged to: the parents' and its own.</summary>
    public IReadOnlyList<Limit> Limits => all;

    /// <summary>Opens a scope. Dispose it to close it; the amounts stay counted under its name.</summary>
    /// <param name="name">Who is charged, e.g. <c>run:42</c>: 1 to 256 characters. The same name is the same counter.</param>
    /// <param name="limits">
    /// Its limits. One that still has the default scope (<see cref="Limit.AppScope"/>) becomes this scope's; one that was
    /// given a scope by <see cref="Limit.For"/> keeps it.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or longer than 256 characters.</exception>
    public static SafeLlmScope Begin(string name, params IReadOnlyList<Limit> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (string.IsNullOrWhiteSpace(name) || name.Length > 256)
        {
            throw new ArgumentException($"A scope has 1 to 256 characters, as in \"run:42\"; this one has {name?.Length ?? 0}.", nameof(name));
        }

        var own = new Limit[limits.Count];
        for (var i = 0; i < own.Length; i++) own[i] = limits[i].Scope == Limit.AppScope ? limits[i].For(name) : limits[i];
        return Ambient.Value = new SafeLlmScope(name, own, Ambient.Value);
    }

    /// <summary>Closes the scope, and with it every scope that was opened inside and left open.</summary>
    public void Dispose()
    {
        for (var scope = Ambient.Value; scope is not null; scope = scope.parent)
        {
            if (ReferenceEquals(scope, this))
            {
                Ambient.Value = parent;
                return;
            }
        }
    }
}
