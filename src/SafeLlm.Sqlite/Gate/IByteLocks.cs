using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Exclusive locks on single bytes of a file, held by the process: the system lets them go when it dies. The bytes need not
/// exist. Three ship: Linux, other Unix and Windows.
/// </summary>
internal interface IByteLocks
{
    /// <summary>The system's own; null where it does not offer what is needed.</summary>
    static IByteLocks? Of(SafeFileHandle file) =>
        OperatingSystem.IsWindows() ? new WindowsByteLocks(file) : LinuxByteLocks.Create(file) ?? (IByteLocks?)UnixByteLocks.Create(file);

    bool TryLock(long at);

    /// <summary>Waits in the system until the lock is there.</summary>
    void Lock(long at);

    void Unlock(long at);
}
