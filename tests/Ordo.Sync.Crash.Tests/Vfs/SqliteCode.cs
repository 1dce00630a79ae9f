namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>What a file system says to SQLite. Source: https://www.sqlite.org/rescode.html.</summary>
internal static class SqliteCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Busy = 5;
    public const int IoError = 10;
    public const int NotFound = 12;
    public const int CannotOpen = 14;
    public const int ShortRead = IoError | (2 << 8);
    public const int NoEntryToDelete = IoError | (23 << 8);
}
