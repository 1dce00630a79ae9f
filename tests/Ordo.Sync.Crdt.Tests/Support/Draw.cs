namespace Ordo.Sync.Crdt.Tests.Support;

/// <summary>A stream of small numbers from a seed (splitmix64): the same on every machine.</summary>
public struct Draw(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A stream for each number and its place: FsCheck's numbers are small, and equal ones should not do the same.</summary>
    public static IEnumerable<Draw> Each(IEnumerable<uint> numbers) =>
        numbers.Select((number, place) => new Draw(((ulong)place << 32) | number));

    public int Next(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
    }
}
