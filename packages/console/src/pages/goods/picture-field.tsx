import { Button, Flex } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { GoodsPicture } from '../planogram/goods-picture.tsx';
import { useText } from './text.ts';

const largest = 2 * 1024 * 1024;

/** The picture that a good has, or will have when it is saved. */
export function PictureField({
  name,
  url,
  picture,
  setPicture,
  disabled,
}: {
  name: string;
  url: string;
  picture: File | undefined;
  setPicture: (picture: File | undefined) => void;
  disabled: boolean;
}) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const [preview, setPreview] = useState('');
  const [isTooLarge, setTooLarge] = useState(false);
  useEffect(() => {
    if (!picture) return setPreview('');
    const address = URL.createObjectURL(picture);
    setPreview(address);
    return () => URL.revokeObjectURL(address);
  }, [picture]);
  function take(file: File | undefined): void {
    setTooLarge(file !== undefined && file.size > largest);
    setPicture(file && file.size <= largest ? file : undefined);
  }
  return (
    <Flex gap="middle" align="center" style={{ marginBottom: 16 }}>
      <GoodsPicture name={name} url={preview || url} size={72} />
      <span>
        <input
          ref={input}
          type="file"
          style={{ display: 'none' }}
          accept="image/png,image/jpeg,image/gif,image/webp"
          aria-label={text('picture')}
          onChange={({ target }) => take(target.files?.[0])}
        />
        {!disabled && (
          <>
            <Button size="small" onClick={() => input.current?.click()}>
              {text('choosePicture')}
            </Button>
            <div className={isTooLarge ? 'field-problem' : 'soft'} style={{ fontSize: 12, marginTop: 4 }}>
              {text(isTooLarge ? 'tooLarge' : 'pictureHint')}
            </div>
          </>
        )}
      </span>
    </Flex>
  );
}
