using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>About what a scalar takes in a queue.</summary>
internal static class ScalarSize
{
    public static int Of(Scalar value) => value.Kind switch
    {
        ScalarKind.Text => value.AsString().Length * 2,
        ScalarKind.Bytes => value.AsBytes().Length,
        _ => sizeof(long),
    };
}
