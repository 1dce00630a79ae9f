namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>
/// Goes through what was done to a disk, and says what a power failure leaves: content as of its last flush, names as of the last flush
/// of their folder, and of the rest what a <see cref="PowerCut"/> says. The system may bring names of different folders to the disk in any
/// order.
/// </summary>
internal sealed class CutDisk
{
    private readonly Dictionary<string, FolderTrail> _folders = new(StringComparer.Ordinal);

    public void Do(BlobEffect effect)
    {
        switch (effect.Kind)
        {
            case BlobEffectKind.Create:
                Folder(effect.Path).Add(effect.Path, new Content());
                break;
            case BlobEffectKind.Write:
                Folder(effect.Path).Find(effect.Path).Bytes.AddRange(effect.Bytes!);
                break;
            case BlobEffectKind.Flush:
                Content flushed = Folder(effect.Path).Find(effect.Path);
                flushed.FlushedLength = flushed.Bytes.Count;
                break;
            case BlobEffectKind.FlushFolder:
                Trail(effect.Path).Flush();
                break;
            case BlobEffectKind.Move:
                Content moved = Folder(effect.Path).Find(effect.Path);
                Folder(effect.Path).Remove(effect.Path);
                Folder(effect.To!).Add(effect.To!, moved);
                break;
            case BlobEffectKind.Delete:
                Folder(effect.Path).Remove(effect.Path);
                break;
        }
    }

    /// <summary>A file changed behind the store's back: rot.</summary>
    public void Rot(string file) => Folder(file).Find(file).Bytes[0] ^= 1;

    /// <summary>The files that are left.</summary>
    public IEnumerable<(string Path, byte[] Bytes)> Cut(PowerCut cut, Random random)
    {
        foreach (FolderTrail folder in _folders.Values)
        {
            foreach ((string path, Content content) in folder.Left(cut, random))
            {
                yield return (path, content.Left(cut, random));
            }
        }
    }

    private FolderTrail Folder(string file) => Trail(Path.GetDirectoryName(file)!);

    private FolderTrail Trail(string folder)
    {
        if (!_folders.TryGetValue(folder, out FolderTrail? trail))
        {
            _folders.Add(folder, trail = new FolderTrail());
        }

        return trail;
    }

    private sealed class Content
    {
        public List<byte> Bytes { get; } = [];

        public int FlushedLength { get; set; }

        public byte[] Left(PowerCut cut, Random random)
        {
            byte[] bytes = [.. Bytes];
            int lost = bytes.Length - FlushedLength;
            switch (cut)
            {
                case PowerCut.LosesNames or PowerCut.LosesContent:
                    return bytes[..FlushedLength];
                case PowerCut.KeepsSome when lost > 0:
                    bytes.AsSpan(FlushedLength + (random.Next(2) * lost / 2), (lost + 1) / 2).Clear();
                    return bytes;
                default:
                    bytes.AsSpan(FlushedLength).Clear();
                    return bytes;
            }
        }
    }

    private sealed class FolderTrail
    {
        private readonly Dictionary<string, Content> _present = new(StringComparer.Ordinal);
        private readonly List<(string Path, Content? Content)> _pending = [];
        private Dictionary<string, Content> _durable = new(StringComparer.Ordinal);

        public Content Find(string path) => _present[path];

        public void Add(string path, Content content)
        {
            _present[path] = content;
            _pending.Add((path, content));
        }

        public void Remove(string path)
        {
            if (_present.Remove(path))
            {
                _pending.Add((path, null));
            }
        }

        public void Flush()
        {
            _durable = new(_present, StringComparer.Ordinal);
            _pending.Clear();
        }

        public Dictionary<string, Content> Left(PowerCut cut, Random random)
        {
            var left = new Dictionary<string, Content>(_durable, StringComparer.Ordinal);
            foreach ((string path, Content? content) in _pending)
            {
                if (cut == PowerCut.LosesNames || (cut == PowerCut.KeepsSome && random.Next(2) == 0))
                {
                    continue;
                }

                if (content is null)
                {
                    left.Remove(path);
                }
                else
                {
                    left[path] = content;
                }
            }

            return left;
        }
    }
}
