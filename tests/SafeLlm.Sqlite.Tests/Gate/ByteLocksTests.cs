using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Tests.Gate;

/// <summary>The locks of the system itself. Those of a process and those of an open file keep each other out, so one process can try both.</summary>
public sealed class ByteLocksTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public static TheoryData<bool, bool> Kinds { get; } = new() { { false, true }, { true, false }, { true, true } };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Byte_ThatOneHas_IsFreeForNobodyElseUntilItIsLetGo(bool isOneOfTheFile, bool isOtherOfTheFile)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Locks that belong to an open file are Linux's.");
        using var file = Open();
        using var same = Open();
        var (one, other) = (Create(file, isOneOfTheFile), Create(same, isOtherOfTheFile));

        one.Lock(100);
        Assert.False(other.TryLock(100));
        Assert.True(other.TryLock(101));
        Assert.False(one.TryLock(101));

        one.Unlock(100);
        Assert.True(other.TryLock(100));
        other.Unlock(100);
        other.Unlock(101);
        Assert.True(one.TryLock(101));
    }

    private static IByteLocks Create(FileStream file, bool isOfTheFile) =>
        isOfTheFile ? LinuxByteLocks.Create(file.SafeFileHandle)! : UnixByteLocks.Create(file.SafeFileHandle)!;

    private FileStream Open() => NewFile.Open(folder.Path("bytes"), FileMode.OpenOrCreate);
}
