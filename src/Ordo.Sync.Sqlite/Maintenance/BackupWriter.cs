using Ordo.Sync.Sqlite.Driver;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>Copies a store as one read sees it, page by page, while writers go on.</summary>
/// <remarks>Source: SQLite's online backup, https://www.sqlite.org/backup.html.</remarks>
internal static class BackupWriter
{
    private const int PagesAStep = 1024;

    /// <summary>Writes the copy beside its place and moves it there when it is whole and on the disk.</summary>
    public static void Write(Connection source, string path, CancellationToken cancellationToken)
    {
        string partial = path + ".partial";
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            RemoveAll(partial);
            try
            {
                Copy(source, partial, cancellationToken);
                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                RemoveAll(partial);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unavailable(path, exception.Message, exception);
        }
    }

    private static void Copy(Connection source, string partial, CancellationToken cancellationToken)
    {
        const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        Connection target = Connection.Open(partial, partial, Flags, TimeSpan.Zero);
        try
        {
            // A read that stays open keeps the source still: otherwise each commit would make the copy begin again.
            source.Execute("BEGIN; SELECT 1 FROM ordo_meta LIMIT 1");
            using (sqlite3_backup backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main"))
            {
                int code = raw.SQLITE_OK;
                while (code == raw.SQLITE_OK)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    code = raw.sqlite3_backup_step(backup, PagesAStep);
                }

                if (code != raw.SQLITE_DONE)
                {
                    throw target.Failure(code);
                }
            }

            // One file without a log beside it, on the disk.
            _ = target.QueryTexts("PRAGMA journal_mode = DELETE");
        }
        finally
        {
            source.RollbackQuietly();
            target.Close();
        }
    }

    private static void RemoveAll(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Delete(path + "-journal");
    }
}
