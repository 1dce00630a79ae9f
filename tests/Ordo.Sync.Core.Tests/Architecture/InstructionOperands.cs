using System.Reflection;
using System.Reflection.Emit;

namespace Ordo.Sync.Core.Tests.Architecture;

/// <summary>The types, methods and fields that the instructions of a method name.</summary>
internal static class InstructionOperands
{
    private const byte TwoBytePrefix = 0xFE;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<MemberInfo> Of(MethodBase method, MethodBody body)
    {
        byte[] bytes = body.GetILAsByteArray() ?? [];
        Type[]? typeArguments = method.DeclaringType?.GetGenericArguments();
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < bytes.Length;)
        {
            short value = bytes[at++];
            if (value == TwoBytePrefix)
            {
                value = (short)((TwoBytePrefix << 8) | bytes[at++]);
            }

            OpCode code = Codes[value];
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                    or OperandType.InlineType
                && method.Module.ResolveMember(
                    BitConverter.ToInt32(bytes, at), typeArguments, methodArguments) is { } member)
            {
                yield return member;
            }

            at += SizeOf(code.OperandType, bytes, at);
        }
    }

    private static int SizeOf(OperandType operand, byte[] bytes, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
        _ => 4,
    };
}
