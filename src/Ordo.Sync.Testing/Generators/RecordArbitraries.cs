using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Generators;

/// <summary>
/// Random names for FsCheck: keys and ranges over few, short names in many scripts, so that they meet.
/// </summary>
public static class RecordArbitraries
{
    // Ends of the ranges in which UTF-8 and UTF-16 order differ or a character takes another byte.
    private static readonly int[] CodePoints =
        [
            0x20, 'a', 'b', 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFF5E, 0xFFFD, 0xFFFF, 0x10000, 0x1F600,
            0x10FFFF];

    /// <summary>Well-formed text of up to about six characters.</summary>
    public static Gen<string> Text { get; } =
        Gen.Frequency((3, Gen.Elements(CodePoints)), (1, Gen.Choose(0x20, 0xD7FF)), (1, Gen.Choose(0xE000, 0x10FFFF)))
            .ArrayOf().Resize(6)
            .Select(points => string.Concat(points.Select(point => new Rune(point).ToString())));

    /// <summary>Record keys.</summary>
    public static Arbitrary<RecordKey> RecordKeys() => (
        from collection in Gen.Elements("a", "b")
        from key in Gen.OneOf(Gen.Elements("a", "b", "c", "d"), Text)
        select new RecordKey(collection, key)).ToArbitrary();

    /// <summary>Ranges of keys, open at either end or not; some cover nothing.</summary>
    public static Arbitrary<KeyRange> KeyRanges()
    {
        Gen<RecordKey?> end = Gen.Frequency(
            (1, Gen.Constant<RecordKey?>(null)), (3, RecordKeys().Generator.Select(key => (RecordKey?)key)));
        return end.Two().Select(ends => new KeyRange(ends.Item1, ends.Item2)).ToArbitrary();
    }
}
