using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>Finds a store's file.</summary>
/// <remarks>
/// It never opens it: when a process closes any handle of a file, POSIX drops all locks the process has on that file,
/// SQLite's too.
/// </remarks>
internal static class StoreFile
{
    /// <summary>
    /// The file to open: links resolved, so that the lock beside it is the same by whatever name it is called.
    /// </summary>
    /// <exception cref="Errors.SyncException">There is no such file and none may be made, or its folder cannot
    /// be.</exception>
    public static string Locate(StoreSettings settings)
    {
        try
        {
            bool mayCreate = settings.Create && !settings.ReadOnly;
            if (mayCreate && Path.GetDirectoryName(settings.Path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            var file = new FileInfo(settings.Path);
            if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            {
                file = target;
            }

            return file.Exists || mayCreate
                ? file.FullName
                : throw Failures.Unavailable(settings.Path, "there is no such file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unavailable(settings.Path, exception.Message, exception);
        }
    }
}
