using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>
/// The real disk, and a memory of everything that was done to it, in order. Flushes are remembered and not done: what they are worth is
/// for <see cref="CutDisk"/> to say. Thread-safe.
/// </summary>
internal sealed class TracedDisk : IBlobDisk
{
    private readonly Lock _lock = new();
    private readonly List<BlobEffect> _effects = [];

    /// <summary>Fails flushes of files for as long as it is set, as a disk does that breaks.</summary>
    public bool FailsFlushes { get; set; }

    /// <summary>How much was done so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _effects.Count;
            }
        }
    }

    public IReadOnlyList<BlobEffect> Effects => _effects;

    public IBlobFile Create(string file, long lengthBytes)
    {
        lock (_lock)
        {
            IBlobFile made = SystemDisk.Instance.Create(file, lengthBytes);
            _effects.Add(new BlobEffect(BlobEffectKind.Create, file));
            return new TracedFile(this, file, made);
        }
    }

    public void FlushFile(string file)
    {
        if (FailsFlushes)
        {
            throw new IOException($"The disk cannot write '{file}'.");
        }

        Do(new BlobEffect(BlobEffectKind.Flush, file), static () => { });
    }

    public void FlushFolder(string folder) =>
        Do(new BlobEffect(BlobEffectKind.FlushFolder, folder), static () => { });

    public void Move(string from, string to) =>
        Do(new BlobEffect(BlobEffectKind.Move, from, to), () => SystemDisk.Instance.Move(from, to));

    public void Delete(string file) => Do(new BlobEffect(BlobEffectKind.Delete, file), () => SystemDisk.Instance.Delete(file));

    // Together: what comes after an effect was done after it.
    private void Do(BlobEffect effect, Action action)
    {
        lock (_lock)
        {
            action();
            _effects.Add(effect);
        }
    }

    private sealed class TracedFile(TracedDisk disk, string file, IBlobFile inner) : IBlobFile
    {
        public void Write(ReadOnlySpan<byte> content)
        {
            byte[] bytes = content.ToArray();
            disk.Do(new BlobEffect(BlobEffectKind.Write, file, Bytes: bytes), () => inner.Write(bytes));
        }

        public void Flush() => disk.Do(new BlobEffect(BlobEffectKind.Flush, file), static () => { });

        // Promises nothing, so nothing counts on it.
        public void BeginWriting() => inner.BeginWriting();

        public void Dispose() => inner.Dispose();
    }
}
