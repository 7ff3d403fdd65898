using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Byte locks by <c>fcntl</c> that belong to the open file and not to the process (<c>F_OFD_SETLK</c>). Of those that belong to a
/// process the kernel takes it for a deadlock where two processes wait for each other at two files, though different threads wait.
/// </summary>
internal sealed unsafe class LinuxByteLocks : DescriptorLocks
{
    private const int Look = 36;
    private const int Set = 37;
    private const int SetAndWait = 38;
    private const short Exclusive = 1;
    private const short None = 2;

    private readonly delegate* unmanaged<int, int, Place*, int> fcntl;

    private LinuxByteLocks(SafeFileHandle file, nint fcntl)
        : base(file) => this.fcntl = (delegate* unmanaged<int, int, Place*, int>)fcntl;

    /// <summary>Null where the system does not offer what is needed.</summary>
    public static LinuxByteLocks? Create(SafeFileHandle file)
    {
        // Elsewhere a function with "..." takes its arguments otherwise than one without, and the structure is another.
        if (!OperatingSystem.IsLinux() || nint.Size != 8 || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "fcntl", out var fcntl))
        {
            return null;
        }

        var locks = new LinuxByteLocks(file, fcntl);
        return locks.Call((int)file.DangerousGetHandle(), Look, Exclusive, 0) == 0 ? locks : null;
    }

    protected override int Call(int descriptor, Operation operation, long at) =>
        Call(descriptor, operation == Operation.Wait ? SetAndWait : Set, operation == Operation.Release ? None : Exclusive, at);

    private int Call(int descriptor, int command, short kind, long at)
    {
        var place = new Place { Kind = kind, Start = at, Length = 1 };
        return fcntl(descriptor, command, &place);
    }

    // The kernel's struct flock on 64-bit systems. From the start of the file; the process must be 0 for these locks.
    [StructLayout(LayoutKind.Sequential)]
    private struct Place
    {
        public short Kind;
        public short From;
        public long Start;
        public long Length;
        public int Process;
    }
}
