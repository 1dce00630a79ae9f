namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>
/// The locks that connections hold on one file and on its shared memory, as SQLite defines them; the caller holds the disk's gate.
/// Source: https://www.sqlite.org/lockingv3.html and https://www.sqlite.org/walformat.html.
/// </summary>
internal sealed class FileLocks
{
    private const int Shared = 1;
    private const int Reserved = 2;
    private const int Pending = 3;
    private const int Exclusive = 4;
    private const int ShmUnlock = 1;
    private const int ShmShared = 4;

    private readonly List<OpenFile> _open = [];

    public void Add(OpenFile file) => _open.Add(file);

    public void Remove(OpenFile file) => _open.Remove(file);

    public int Lock(OpenFile file, int level)
    {
        if (file.LockLevel >= level)
        {
            return SqliteCode.Ok;
        }

        int others = OthersMax(file);
        if ((level == Shared && others >= Pending) || (level > Shared && others >= Reserved))
        {
            return SqliteCode.Busy;
        }

        if (level == Exclusive && others >= Shared)
        {
            // No new readers from now on; those there are may finish.
            file.LockLevel = Pending;
            return SqliteCode.Busy;
        }

        file.LockLevel = level;
        return SqliteCode.Ok;
    }

    public static void Unlock(OpenFile file, int level) => file.LockLevel = Math.Min(file.LockLevel, level);

    public bool IsReserved() => _open.Exists(one => one.LockLevel >= Reserved);

    public int LockSlots(OpenFile file, int first, int count, int flags)
    {
        int slots = ((1 << count) - 1) << first;
        if ((flags & ShmUnlock) != 0)
        {
            file.SharedSlots &= ~slots;
            file.ExclusiveSlots &= ~slots;
            return SqliteCode.Ok;
        }

        bool isShared = (flags & ShmShared) != 0;
        if (_open.Exists(other => other != file
            && ((other.ExclusiveSlots & slots) != 0 || (!isShared && (other.SharedSlots & slots) != 0))))
        {
            return SqliteCode.Busy;
        }

        if (isShared)
        {
            file.SharedSlots |= slots;
        }
        else
        {
            file.ExclusiveSlots |= slots;
        }

        return SqliteCode.Ok;
    }

    private int OthersMax(OpenFile file)
    {
        int level = 0;
        foreach (OpenFile other in _open)
        {
            level = other == file ? level : Math.Max(level, other.LockLevel);
        }

        return level;
    }
}
