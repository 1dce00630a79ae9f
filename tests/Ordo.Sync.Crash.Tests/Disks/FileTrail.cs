namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>A file's contents as they are surely on the disk, and what was done to it since.</summary>
internal sealed class FileTrail(string name)
{
    private const int SectorBytes = 512;

    private readonly List<DiskEffect> _pending = [];
    private DiskFile _durable = new(0, name);

    public string Name => name;

    /// <summary>Whether its name is on the disk.</summary>
    public bool IsNamed { get; set; }

    public bool HasPending => _pending.Count > 0;

    public void Do(DiskEffect effect) => _pending.Add(effect);

    public void Sync()
    {
        foreach (DiskEffect effect in _pending)
        {
            Apply(_durable, effect);
        }

        _pending.Clear();
        IsNamed = true;
    }

    /// <summary>What is left of the file after a crash.</summary>
    public byte[] Cut(Damage damage, Random random)
    {
        DiskFile left = DiskFile.Of(0, name, _durable.ToArray());
        switch (damage)
        {
            case Damage.None:
                _pending.ForEach(effect => Apply(left, effect));
                break;
            case Damage.KeepsSome:
                double chance = random.Next(1, 8) / 8.0;
                _pending.ForEach(effect => ApplySome(left, effect, _ => random.NextDouble() < chance));
                break;
            case Damage.TearsSector when _pending.Count > 0:
                Tear(left, random);
                break;
        }

        return left.ToArray();
    }

    private static void Apply(DiskFile file, DiskEffect effect)
    {
        if (effect.Kind == EffectKind.Write)
        {
            file.Write(effect.Offset, effect.Bytes);
        }
        else
        {
            file.Resize(effect.Offset);
        }
    }

    private static void ApplySome(DiskFile file, DiskEffect effect, Func<int, bool> isKept)
    {
        if (effect.Kind == EffectKind.Truncate)
        {
            if (isKept(0))
            {
                file.Resize(effect.Offset);
            }

            return;
        }

        foreach ((int sector, int from, int count) in Sectors(effect))
        {
            if (isKept(sector))
            {
                file.Write(effect.Offset + from, effect.Bytes.AsSpan(from, count));
            }
        }
    }

    private static IEnumerable<(int Sector, int From, int Count)> Sectors(DiskEffect write)
    {
        int sector = 0;
        int from = 0;
        while (from < write.Bytes.Length)
        {
            int inSector = (int)((write.Offset + from) % SectorBytes);
            int count = Math.Min(SectorBytes - inSector, write.Bytes.Length - from);
            yield return (sector++, from, count);
            from += count;
        }
    }

    private void Tear(DiskFile file, Random random)
    {
        int at = random.Next(_pending.Count);
        _pending.GetRange(0, at).ForEach(effect => Apply(file, effect));
        DiskEffect last = _pending[at];
        if (last.Kind != EffectKind.Write)
        {
            return;
        }

        (int Sector, int From, int Count)[] sectors = [.. Sectors(last)];
        (int torn, int from, int count) = sectors[random.Next(sectors.Length)];
        ApplySome(file, last, sector => sector < torn);
        byte[] mixed = last.Bytes.AsSpan(from, count).ToArray();
        int whole = random.Next(count);
        if (random.Next(2) == 0)
        {
            // What the disk was about to write when the power failed.
            random.NextBytes(mixed.AsSpan(whole));
        }
        else
        {
            file.Read(last.Offset + from + whole, mixed.AsSpan(whole));
        }

        file.Write(last.Offset + from, mixed);
    }
}
