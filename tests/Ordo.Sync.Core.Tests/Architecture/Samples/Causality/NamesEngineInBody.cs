using Ordo.Sync.Core.Tests.Architecture.Samples.Engine;

namespace Ordo.Sync.Core.Tests.Architecture.Samples.Causality;

internal static class NamesEngineInBody
{
    public static string Describe() => Motor.Power.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
