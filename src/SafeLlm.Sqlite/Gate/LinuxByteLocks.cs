using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Byte locks by <c>fcntl</c> that belong to the open file and not to the process (<c>F_OFD_SETLK</c>). Of those that belong to a
/// process the kernel takes it for a deadlock where two processes wait for each other at two files, though different threads wait.
/// </summary>
internal sealed unsafe class LinuxByteLocks : IByteLocks
{
    private const int Look = 36;
    private const int Try = 37;
    private const int Wait = 38;
    private const short Exclusive = 1;
    private const short Release = 2;
    private const int Interrupted = 4;

    private readonly SafeFileHandle file;
    private readonly delegate* unmanaged<int, int, Place*, int> fcntl;

    private LinuxByteLocks(SafeFileHandle file, nint fcntl)
    {
        this.file = file;
        this.fcntl = (delegate* unmanaged<int, int, Place*, int>)fcntl;
    }

    /// <summary>Null where the system does not offer what is needed.</summary>
    public static LinuxByteLocks? Create(SafeFileHandle file)
    {
        // Elsewhere a function with "..." takes its arguments otherwise than one without, and the structure is another.
        if (!OperatingSystem.IsLinux() || nint.Size != 8 || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "fcntl", out var fcntl))
        {
            return null;
        }

        var locks = new LinuxByteLocks(file, fcntl);
        return locks.Call(Look, Exclusive, 0) == 0 ? locks : null;
    }

    public bool TryLock(long at) => Call(Try, Exclusive, at) == 0;

    public void Lock(long at)
    {
        if (Call(Wait, Exclusive, at) != 0)
        {
            throw new IOException($"The gate of the store cannot be locked (error {Marshal.GetLastSystemError()}).");
        }
    }

    public void Unlock(long at) => _ = Call(Try, Release, at);

    private int Call(int command, short kind, long at)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            var descriptor = (int)file.DangerousGetHandle();
            int result;
            do
            {
                var place = new Place { Kind = kind, Start = at, Length = 1 };
                result = fcntl(descriptor, command, &place);
            }
            while (result != 0 && Marshal.GetLastSystemError() == Interrupted);
            return result;
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
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
