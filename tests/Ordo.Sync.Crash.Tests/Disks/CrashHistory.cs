namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>
/// Goes through what was done to a disk, and says at each step what a crash right then leaves. A sync of a file brings its contents
/// and its name to the disk. A deleted file may come back until its folder is synced, which SQLite does with the first sync of a new
/// journal or log, or the next file of its name is.
/// </summary>
/// <remarks>Source of when folders are synced: <c>unixSync</c> and <c>unixOpen</c> in SQLite's os_unix.c.</remarks>
/// <param name="isHonest">Whether the disk does what it is told: one that is not keeps nothing at a sync.</param>
internal sealed class CrashHistory(bool isHonest = true)
{
    private const string DatabaseEnd = ".db";

    private readonly Dictionary<int, FileTrail> _files = [];

    // The file of a name, and the deleted one of that name whose deletion a crash may undo.
    private readonly SortedDictionary<string, FileTrail> _named = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FileTrail> _ghosts = new(StringComparer.Ordinal);
    private byte[]? _sidecar;

    /// <summary>Whether anything is not surely on the disk.</summary>
    public bool HasUnsynced =>
        _ghosts.Count > 0 || _named.Values.Any(static file => file.HasPending || !file.IsNamed);

    /// <summary>A disk that begins with files that are there to stay.</summary>
    public static CrashHistory Of(DiskImage image)
    {
        // The ids are those that the disk gave them.
        var history = new CrashHistory();
        int id = 0;
        foreach ((string name, byte[] bytes) in image.Files)
        {
            id++;
            history.Do(new DiskEffect(EffectKind.Create, id, name, 0, [], image.Sidecar));
            history.Do(new DiskEffect(EffectKind.Write, id, name, 0, bytes, image.Sidecar));
            history.Do(new DiskEffect(EffectKind.Sync, id, name, 0, [], image.Sidecar));
        }

        return history;
    }

    /// <summary>The next thing that was done.</summary>
    public void Do(DiskEffect effect)
    {
        _sidecar = effect.Sidecar;
        switch (effect.Kind)
        {
            case EffectKind.Create:
                _named[effect.Name] = _files[effect.File] = new FileTrail(effect.Name);
                break;
            case EffectKind.Sync:
                Sync(effect);
                break;
            case EffectKind.Delete or EffectKind.DeleteForGood:
                Delete(effect);
                break;
            default:
                _files[effect.File].Do(effect);
                break;
        }
    }

    /// <summary>What a crash leaves.</summary>
    public DiskImage Cut(Damage damage, Random random)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (FileTrail file in _named.Values.Where(file => IsLeft(file.IsNamed, damage, random)))
        {
            files.Add(file.Name, file.Cut(damage, random));
        }

        foreach (FileTrail ghost in _ghosts.Values)
        {
            if (damage != Damage.None && !files.ContainsKey(ghost.Name) && IsLeft(isSure: false, Flip(damage), random))
            {
                files.Add(ghost.Name, ghost.Cut(damage, random));
            }
        }

        return new DiskImage(files, _sidecar);
    }

    // A deletion that is lost with all that was not synced is a file that is there.
    private static Damage Flip(Damage damage) => damage == Damage.LosesUnsynced ? Damage.None : damage;

    private static bool IsLeft(bool isSure, Damage damage, Random random) =>
        isSure || damage == Damage.None || (damage != Damage.LosesUnsynced && random.Next(2) == 0);

    private void Sync(DiskEffect effect)
    {
        if (isHonest)
        {
            FileTrail file = _files[effect.File];
            bool syncsFolder = !file.IsNamed && !effect.Name.EndsWith(DatabaseEnd, StringComparison.Ordinal);
            file.Sync();
            if (syncsFolder)
            {
                SyncFolder();
            }
            else if (_named.GetValueOrDefault(effect.Name) == file)
            {
                _ghosts.Remove(effect.Name);
            }
        }
    }

    private void Delete(DiskEffect effect)
    {
        if (_named.Remove(effect.Name, out FileTrail? file) && file.IsNamed)
        {
            _ghosts[effect.Name] = file;
        }

        if (effect.Kind == EffectKind.DeleteForGood)
        {
            SyncFolder();
        }
    }

    private void SyncFolder()
    {
        _ghosts.Clear();
        foreach (FileTrail file in _named.Values)
        {
            file.IsNamed = true;
        }
    }
}
