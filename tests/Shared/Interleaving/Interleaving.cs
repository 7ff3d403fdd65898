namespace SafeLlm.Tests.Interleaving;

/// <summary>
/// What rewritten code calls instead of its locks, and before its atomics (<see cref="InterleavedAssembly"/>). On a thread that a
/// schedule controls, each of these is a point at which another thread may go on; elsewhere it is what it was.
/// </summary>
public static class Interleaving
{
    [ThreadStatic]
    private static InterleavedThread? current;

    internal static InterleavedThread? Current
    {
        get => current;
        set => current = value;
    }

    public static void Enter(Lock gate)
    {
        if (current is { } thread) thread.Enter(gate.TryEnter);
        else gate.Enter();
    }

    public static Lock.Scope EnterScope(Lock gate)
    {
        Enter(gate);
        var scope = gate.EnterScope();
        gate.Exit();
        return scope;
    }

    public static void Exit(Lock gate)
    {
        gate.Exit();
        current?.Point();
    }

    // The gates of the copy are of a type that is not known here; whoever enters one holds its monitor.
    public static void EnterGate(object gate)
    {
        if (current is { } thread) thread.Enter(() => Monitor.TryEnter(gate));
        else Monitor.Enter(gate);
    }

    public static void ExitGate(object gate)
    {
        Monitor.Exit(gate);
        current?.Point();
    }

    public static void Point() => current?.Point();
}
