using Ordo.Sync.Core.Tests.Architecture.Samples.Engine;

namespace Ordo.Sync.Core.Tests.Architecture.Samples.Causality;

internal static class NamesEngineInLambda
{
    public static Func<object> Make() => static () => new Motor();
}
