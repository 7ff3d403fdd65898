using SafeLlm.Limits;
using SafeLlm.Scopes;

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

    private SafeLlmScope(string name, ScopeBounds bounds, Limit[] own, SafeLlmScope? parent)
    {
        Name = name;
        Account = new ScopeAccount(name, bounds);
        this.parent = parent;
        all = parent is null ? own : [.. parent.all, .. own];
    }

    /// <summary>The innermost scope around this code; null where there is none.</summary>
    public static SafeLlmScope? Current => Ambient.Value;

    /// <summary>The scope's name, e.g. <c>run:42</c>.</summary>
    public string Name { get; }

    /// <summary>Every limit that a call inside is charged to: the parents' and its own.</summary>
    public IReadOnlyList<Limit> Limits => all;

    /// <summary>What was spent inside so far, in this process; scopes inside this one count too.</summary>
    public ScopeSpending Spent => Account.Read();

    internal ScopeAccount Account { get; }

    internal SafeLlmScope? Parent => parent;

    /// <summary>Opens a scope. Dispose it to close it; the amounts stay counted under its name.</summary>
    /// <param name="name">Who is charged, e.g. <c>run:42</c>: 1 to 256 characters. The same name is the same counter.</param>
    /// <param name="limits">
    /// Its limits. One that still has the default scope (<see cref="Limit.AppScope"/>) becomes this scope's; one that was
    /// given a scope by <see cref="Limit.For"/> keeps it.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or longer than 256 characters.</exception>
    public static SafeLlmScope Begin(string name, params IReadOnlyList<Limit> limits) => Begin(name, new ScopeBounds(), limits);

    /// <summary>Opens a scope that is bounded from its opening to its end, beside the limits that it is charged to.</summary>
    /// <param name="name">Who is charged: 1 to 256 characters.</param>
    /// <param name="bounds">The most that may be spent inside, scopes inside it included.</param>
    /// <param name="limits">Its limits, as in the other overload.</param>
    /// <exception cref="ArgumentException">The name is empty or longer than 256 characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is below 0.</exception>
    public static SafeLlmScope Begin(string name, ScopeBounds bounds, params IReadOnlyList<Limit> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (string.IsNullOrWhiteSpace(name) || name.Length > 256)
        {
            throw new ArgumentException($"A scope has 1 to 256 characters, as in \"run:42\"; this one has {name?.Length ?? 0}.", nameof(name));
        }

        var own = new Limit[limits.Count];
        for (var i = 0; i < own.Length; i++) own[i] = limits[i].Scope == Limit.AppScope ? limits[i].For(name) : limits[i];
        return Ambient.Value = new SafeLlmScope(name, bounds, own, Ambient.Value);
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
